-- What people must confirm before they run a task from the page; empty: nothing.
alter table tasks add column confirm text not null default '';
