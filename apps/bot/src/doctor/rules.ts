/** Seconds that this machine's clock is ahead of the one that wrote a Date header, which knows whole seconds only. */
export function clockOffset(date: string | undefined, nowMs: number): number | undefined {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? undefined : Math.round((nowMs - theirs) / 1000);
}

/** What to do about a connection that failed for its TLS; undefined where that was not the reason. */
export function adviceOnTls(code: string, message: string): string | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'the certificate of the supervisor has expired: renew it there; or this machine is in another time: look at its clock';
    case 'CERT_NOT_YET_VALID':
      return 'the certificate is not valid yet: set the clock of this machine';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
      return 'nobody that this machine trusts signed the certificate: name the file of your own authority in NODE_EXTRA_CA_CERTS';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'the supervisor sends its certificate without the ones between it and the authority: give it the whole chain, or name the missing ones in NODE_EXTRA_CA_CERTS';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'the certificate is for other names: use one of them in ARGUS_URL, or have one made for this name';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return 'what listens there speaks no TLS: is it the port of plain http?';
    default:
      return /^ERR_(SSL|TLS)_/.test(code) ? `TLS fails: ${message}` : undefined;
  }
}

export interface ProcessLimits {
  /** Soft limits; infinite where there is none, undefined where the text does not say. */
  openFiles: number | undefined;
  processes: number | undefined;
}

/** What `/proc/<pid>/limits` says. */
export function parseLimits(text: string): ProcessLimits {
  const soft = (name: string) => {
    const value = new RegExp(`^${name} +(\\S+)`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : value === 'unlimited' ? Infinity : Number(value);
  };
  return { openFiles: soft('Max open files'), processes: soft('Max processes') };
}

/** Files that a bot keeps open: its own, and for each slot a socket with its log, and files on their way. */
export function openFilesNeeded(slots: number): number {
  return 64 + slots * 8;
}

/** Processes: the bot's threads, and for each slot a launcher and a script that starts some of its own. */
export function processesNeeded(slots: number): number {
  return 32 + slots * 8;
}

/** Whether a file is for its owner only, by its mode. */
export function isPrivate(mode: number): boolean {
  return (mode & 0o077) === 0;
}
