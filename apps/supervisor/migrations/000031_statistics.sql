-- An ANALYZE of jobs took 0.7 to 1 s of a core at 100,000 rows, and came every 10 s of full load (after 2 % of changes,
-- of which a job makes four); every connection then plans its statements anew. What the queue does is planned the same
-- whatever the tables hold, and lists need a rough idea: a sample of 300 rows for each of these 20, a fifth of what it
-- was, and after 20 %. A column or an expression left at 100 would bring the whole sample back.
alter table jobs set (autovacuum_analyze_scale_factor = 0.2);
alter table attempts set (autovacuum_analyze_scale_factor = 0.2);
do $$
declare
  col record;
begin
  for col in
    select attrelid::regclass as relation, attname from pg_attribute
    where attrelid in ('jobs'::regclass, 'attempts'::regclass) and attnum > 0 and not attisdropped
  loop
    execute format('alter table %s alter column %I set statistics 20', col.relation, col.attname);
  end loop;
end $$;
alter index jobs_of_delivery alter column 1 set statistics 20;
