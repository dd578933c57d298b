import { Type } from 'typebox';
import {
  EnrollRequest,
  EnrollResponse,
  EventsRequest,
  EventsResponse,
  PackedEventsRequest,
  PollRequest,
  PollResponse,
} from '../bot-protocol.ts';
import { EVENTS_MAX_BYTES } from '../limits.ts';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed } from '../schema.ts';
import { id } from './shared.ts';

/** What bots call, and the server itself. */
export const systemOperations = {
  // ── what bots call ──
  enrollBot: operation({
    method: 'POST',
    path: '/bot/enroll',
    permission: 'public',
    scope: 'global',
    tag: 'bot protocol',
    audit: 'host.enroll',
    summary: 'Trade an enrolment code for a credential',
    body: EnrollRequest,
    status: 201,
    response: EnrollResponse,
    errors: ['unauthorized', 'conflict', 'too_many_requests'],
  }),
  pollBot: operation({
    method: 'POST',
    path: '/bot/poll',
    permission: 'bot',
    scope: 'global',
    tag: 'bot protocol',
    summary: 'Wait for instructions',
    body: PollRequest,
    response: PollResponse,
    errors: ['upgrade_required'],
  }),
  postBotEvents: operation({
    method: 'POST',
    path: '/bot/events',
    permission: 'bot',
    scope: 'global',
    tag: 'bot protocol',
    summary: 'Tell what happened',
    description:
      'Log may be sent packed: `application/octet-stream` with the length of the JSON (4 bytes, big endian), the JSON, and ' +
      'the bytes of the log events behind it in their order; each has `size` in place of `data`. Base64 and JSON of large ' +
      'logs cost both sides more than all else.',
    body: EventsRequest,
    packed: PackedEventsRequest,
    maxBodyBytes: EVENTS_MAX_BYTES,
    response: EventsResponse,
    errors: ['upgrade_required'],
  }),
  getBotScript: operation({
    method: 'GET',
    path: '/bot/scripts/{sha256}',
    permission: 'bot',
    scope: 'global',
    tag: 'bot protocol',
    summary: 'A script of an attempt handed to this bot',
    params: Closed({
      sha256: Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'The digest that the instruction names.',
      }),
    }),
    produces: 'application/octet-stream',
  }),
  getBotFile: operation({
    method: 'GET',
    path: '/bot/files/{id}',
    permission: 'bot',
    scope: 'global',
    tag: 'bot protocol',
    summary: 'A file argument of an attempt handed to this bot',
    params: id,
    produces: 'application/octet-stream',
  }),

  // ── system ──
  getStatus: operation({
    method: 'GET',
    path: '/api/status',
    permission: 'public',
    scope: 'global',
    tag: 'system',
    summary: 'Health and version',
    response: R.Status,
  }),
  getOpenApi: operation({
    method: 'GET',
    path: '/openapi.json',
    permission: 'public',
    scope: 'global',
    tag: 'system',
    summary: 'This API as OpenAPI 3.1',
    response: Type.Unknown(),
  }),
  getDocs: operation({
    method: 'GET',
    path: '/docs',
    permission: 'public',
    scope: 'global',
    tag: 'system',
    summary: 'This API as a page for people',
    produces: 'text/html',
  }),
  getMetrics: operation({
    method: 'GET',
    path: '/metrics',
    permission: 'public',
    scope: 'global',
    tag: 'system',
    summary: 'Prometheus metrics',
    produces: 'text/plain',
  }),
} as const satisfies Record<string, Operation>;
