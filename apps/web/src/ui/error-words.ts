import { t } from '@lingui/core/macro';
import type { ErrorCode } from '@argus/contract';

/** What an error means, and what to do next. */
export interface ErrorWords {
  title: string;
  next: string;
}

/** In the reader's language, for every code that an answer can carry. The server's own sentence has the details. */
export const ERROR_WORDS: Readonly<Record<ErrorCode, ErrorWords>> = {
  invalid_input: {
    title: t`Something is not filled in right`,
    next: t`Correct what is named and try again.`,
  },
  invalid_json: {
    title: t`This is not valid JSON`,
    next: t`Look for a missing comma, quote or bracket, and try again.`,
  },
  invalid_arguments: {
    title: t`The arguments do not fit the task`,
    next: t`Correct the arguments that are named and run it again.`,
  },
  invalid_id: {
    title: t`This address is not right`,
    next: t`Open the page from its list: the id in the address is not one.`,
  },
  unauthorized: { title: t`You are not signed in`, next: t`Sign in and try again.` },
  ambiguous_token: {
    title: t`The token was sent twice`,
    next: t`Send it in one place only: header, query or body.`,
  },
  wrong_login: {
    title: t`E-mail or password is wrong`,
    next: t`Try again, or set a new password with “Forgot password?”.`,
  },
  forbidden: {
    title: t`You may not do this`,
    next: t`Ask an admin of the organization to do it, or for a role that may.`,
  },
  wrong_secret: {
    title: t`The secret key is not right`,
    next: t`Copy the secret URL again from the page of the task or workflow: it may have changed.`,
  },
  wrong_link: {
    title: t`This link is of no use any more`,
    next: t`It was used, is too old or not whole: ask for a new one.`,
  },
  wrong_origin: {
    title: t`Another page tried to write with your session`,
    next: t`Open Argus by its own address and do it there.`,
  },
  not_found: {
    title: t`This is not here`,
    next: t`It was deleted, or you may not see it. Look in the list, or ask an admin.`,
  },
  method_not_allowed: {
    title: t`The server does not know this action`,
    next: t`Load the page again: it may be older than the server.`,
  },
  request_timeout: { title: t`The job has not ended yet`, next: t`Open the job to follow it.` },
  conflict: {
    title: t`This is in use, or somebody else changed it`,
    next: t`Load the page again to see how it is now, then try again.`,
  },
  wrong_customer: {
    title: t`This belongs to another organization`,
    next: t`Change to that organization, or use a token of this one.`,
  },
  already_ended: { title: t`The job has ended already`, next: t`Nothing is left to do for it.` },
  idempotency_mismatch: {
    title: t`The same request was sent with other values`,
    next: t`Load the page again and start it once more.`,
  },
  stale_lease: { title: t`Another bot has this job by now`, next: t`Nothing is left to do here.` },
  too_large: { title: t`This is too large`, next: t`Send less, or a smaller file.` },
  uri_too_long: { title: t`The address is too long`, next: t`Take away some of the filters.` },
  unsupported_media_type: {
    title: t`The server does not take this kind of content`,
    next: t`Load the page again and try it once more.`,
  },
  cannot_run: {
    title: t`It cannot run yet`,
    next: t`Open the task: what it lacks is marked there.`,
  },
  remote_failed: {
    title: t`Another server did not give what was expected`,
    next: t`Check the address, and whether that server works.`,
  },
  upgrade_required: {
    title: t`The bot is too old or too new for this server`,
    next: t`Install the version of the bot that the server names.`,
  },
  too_many_requests: { title: t`Too many tries`, next: t`Wait a moment and try again.` },
  internal: {
    title: t`Something went wrong in the server`,
    next: t`Try again. If it stays, tell whoever runs the server.`,
  },
  unavailable: {
    title: t`The server is not ready`,
    next: t`It starts, stops or has lost its database: try again in a moment.`,
  },
};
