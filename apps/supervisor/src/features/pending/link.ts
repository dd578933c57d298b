import { sameBytes, type SecretBox } from '../../platform/crypto.ts';

/** The signature of a person's link to an approval: made of the server's own key, so nothing has to be kept. */
function keyOf(box: SecretBox, jobId: string, userId: string): string {
  return box.derive(`approval ${jobId} ${userId}`);
}

/** Where one person decides over one job, without signing in. */
export function linkFor(box: SecretBox, publicUrl: string, jobId: string, userId: string): string {
  return `${publicUrl}/job/${jobId}/approval/${userId}/${keyOf(box, jobId, userId)}`;
}

export function isSigned(box: SecretBox, link: { id: string; user: string; key: string }): boolean {
  return sameBytes(Buffer.from(link.key), Buffer.from(keyOf(box, link.id, link.user)));
}
