-- How many runs a version of a workflow has is counted without reading the runs.
create index workflow_runs_of_version on workflow_runs (workflow_id, version);
