export { serveWebPage } from './web-page.ts';
export { systemRoutes } from './routes.ts';
