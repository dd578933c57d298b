export * from './people.ts';
export * from './scripts.ts';
export * from './bots.ts';
export * from './agents.ts';
export * from './tasks.ts';
export * from './jobs.ts';
export * from './recipes.ts';
export * from './system.ts';
export { fieldsOf } from './shared.ts';
