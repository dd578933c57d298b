export { agentAuthenticator } from './authenticate.ts';
export { agentQueries } from './queries.ts';
export { agentRoutes } from './routes.ts';
export { startAgentSweep } from './sweep.ts';
