/**
 * The bare limits of answering a JSON POST over HTTP: at `/` an empty answer, at `/end` one after two commits of a row each,
 * where the settings of a database are given as JSON. Prints where it listens, and ends with its stdin.
 */
import fastify from 'fastify';
import pg from 'pg';

const app = fastify();
app.post('/', async () => ({}));

const [, , database] = process.argv;
if (database !== undefined) {
  const client = new pg.Client(JSON.parse(database) as pg.ClientConfig);
  await client.connect();
  await client.query(
    'create table bench_ends (id bigint generated always as identity primary key, line text)',
  );
  const insert = {
    name: 'end',
    text: 'insert into bench_ends (line) values ($1)',
    values: ['x'.repeat(300)],
  };
  app.post('/end', async () => {
    await client.query(insert);
    await client.query(insert);
    return {};
  });
  app.addHook('onClose', async () => {
    await client.query('drop table bench_ends');
    await client.end();
  });
}

console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
process.stdin.resume().once('end', () => void app.close());
