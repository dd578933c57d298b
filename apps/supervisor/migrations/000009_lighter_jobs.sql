-- No statement reads by the time of the end: retention goes by id, which begins with the time a job was made. Each ended
-- job paid for it.
drop index jobs_by_end;
