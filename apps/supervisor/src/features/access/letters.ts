import type { Letter } from '../../platform/mail.ts';

/** Names are what people chose: in a letter they are one line of text. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

interface LinkLetter {
  to: string;
  /** Name of the organization for people. */
  organization: string;
  /** Who made the link. */
  by: string;
  link: string;
  expires: Date;
}

export function invitationLetter({ to, organization, by, link, expires }: LinkLetter): Letter {
  return {
    to,
    subject: `Invitation to ${oneLine(organization)} on Argus`,
    text: `${oneLine(by)} invites you to the organization ${oneLine(organization)} on Argus.

Choose your password here; the link works once, until ${timeText(expires)}:

${link}

If you do not know what this is about, do nothing.
`,
  };
}

export function resetLetter({ to, organization, by, link, expires }: LinkLetter): Letter {
  return {
    to,
    subject: 'A new password for Argus',
    text: `With this link you set a new password for ${to} on Argus (${oneLine(organization)}).
It was asked for by ${oneLine(by)}. It works once, until ${timeText(expires)}:

${link}

If you did not want this, do nothing: your password stays as it is.
`,
  };
}

export function changedLetter(to: string, address: string): Letter {
  return {
    to,
    subject: 'Your Argus password was changed',
    text: `The password of ${to} on Argus was changed, from the address ${address}.

If that was not you, tell an administrator of your organization at once.
`,
  };
}

function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
