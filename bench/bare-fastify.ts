/** The bare limit of answering a JSON POST over HTTP: prints where it listens, and ends with its stdin. */
import fastify from 'fastify';

const app = fastify();
app.post('/', async () => ({}));
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
process.stdin.resume().once('end', () => process.exit(0));
