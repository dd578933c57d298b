import { createTestDatabase } from '@argus/testing';
import { expect, test } from 'vitest';
import { fingerprint, startTestApp } from './index.ts';

test('a fingerprint tells a row that was made, changed or taken away, and is the same where nothing was', async () => {
  await using database = await createTestDatabase();
  await using app = await startTestApp(database.connection);
  const id = app.demo.task.id;
  const prints = [await fingerprint(app.db)];
  for (const statement of [
    'update tasks set name = name where id = $1',
    `insert into saved_views (id, customer_id, user_id, page, name, search)
     select $1, customer_id, (select min(id) from users), 'tasks', 'x', '{}' from tasks where id = $1`,
    'delete from saved_views where id = $1',
    `update tokens set name = 'another' where customer_id = (select customer_id from tasks where id = $1)`,
  ]) {
    await app.db.once(statement, [id]);
    const print = await fingerprint(app.db);
    expect(print, statement).not.toEqual(prints.at(-1));
    prints.push(print);
  }
  await app.db.once(`update tokens set last_used_at = now() where $1 <> ''`, [id]);
  expect(await fingerprint(app.db)).toEqual(prints.at(-1));
});
