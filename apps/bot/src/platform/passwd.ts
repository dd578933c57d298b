/** A line of `/etc/passwd` or of `getent passwd`. */
export interface PasswdEntry {
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

/** What a line `name:x:uid:gid:gecos:home:shell` says; undefined where it is none. */
export function parsePasswd(line: string): PasswdEntry | undefined {
  const [, , uid, gid, , home = '', shell = ''] = line.trim().split(':');
  return uid === undefined || gid === undefined || uid === '' || gid === ''
    ? undefined
    : { uid: Number(uid), gid: Number(gid), home, shell };
}

/** The ids of the groups that have a user among their members, by the lines of `/etc/group`. */
export function groupsOf(name: string, text: string): number[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([, , , members]) => members?.trim().split(',').includes(name))
    .map(([, , id]) => Number(id));
}
