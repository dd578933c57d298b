-- How the machine of a bot was when it told last (its processor, memory and disk), and when that was. Both change with rows that
-- are written anyway to note that the bot is there, and no index names them.
alter table hosts
  add column health jsonb,
  add column health_at timestamptz;
