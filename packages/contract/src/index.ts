export * from './schema.ts';
export * from './lifecycle.ts';
export * from './bot-protocol.ts';
export * from './result.ts';
