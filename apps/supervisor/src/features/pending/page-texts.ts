import type { Pending } from '@argus/contract';
import type { InLanguages } from '../../platform/http/language.ts';

export interface PageTexts {
  approved: string;
  rejected: string;
  approvedOthersAsked: string;
  rejectedOthersAsked: string;
  over: string;
  approvalAsked: string;
  inputAsked: string;
  close: string;
  /** What the link to the job says, and what stands behind it. */
  more: string;
  moreFor: string;
  askedBy: string;
  organization: string;
  you: string;
  since: string;
  until: string;
  approvals: string;
  approvalsOf(count: string, needed: string): string;
  decidedBy: Readonly<Record<Pending['decisions'][number]['decision'], string>>;
  argument(number: string): string;
  hidden: string;
  reason: Readonly<Record<Pending['reason'], string>>;
  approve: string;
  reject: string;
}

/** Of the page behind the link of an approval; the words are those of the app. */
export const PAGE_TEXTS: InLanguages<PageTexts> = {
  en: {
    approved: 'You approved it',
    rejected: 'You rejected it',
    approvedOthersAsked: 'You approved it: others are still asked',
    rejectedOthersAsked: 'You rejected it: others are still asked',
    over: 'This is decided already',
    approvalAsked: 'Your approval is asked for',
    inputAsked: 'Your input is asked for',
    close: 'You can close this page.',
    more: 'All about it',
    moreFor: ', for who is signed in.',
    askedBy: 'Asked by',
    organization: 'Organization',
    you: 'You are',
    since: 'Since',
    until: 'Until',
    approvals: 'Approvals',
    approvalsOf: (count, needed) => `${count} of ${needed}`,
    decidedBy: { approve: 'Approved by', reject: 'Rejected by', input: 'Filled in by' },
    argument: (number) => `Argument ${number}`,
    hidden: '(hidden)',
    reason: { never: 'Reason (optional)', on_reject: 'Reason (needed to reject)', always: 'Reason' },
    approve: 'Approve',
    reject: 'Reject',
  },
  es: {
    approved: 'Se aprobó',
    rejected: 'Se rechazó',
    approvedOthersAsked: 'Se aprobó: aún se pregunta a otros',
    rejectedOthersAsked: 'Se rechazó: aún se pregunta a otros',
    over: 'La decisión ya está tomada',
    approvalAsked: 'Se pide su aprobación',
    inputAsked: 'Se pide su entrada',
    close: 'Ya se puede cerrar esta página.',
    more: 'Todos los detalles',
    moreFor: ', para quien tiene la sesión iniciada.',
    askedBy: 'Lo pide',
    organization: 'Organización',
    you: 'Dirigido a',
    since: 'Desde',
    until: 'Hasta',
    approvals: 'Aprobaciones',
    approvalsOf: (count, needed) => `${count} de ${needed}`,
    decidedBy: { approve: 'Aprobado por', reject: 'Rechazado por', input: 'Rellenado por' },
    argument: (number) => `Argumento ${number}`,
    hidden: '(oculto)',
    reason: { never: 'Motivo (opcional)', on_reject: 'Motivo (necesario para rechazar)', always: 'Motivo' },
    approve: 'Aprobar',
    reject: 'Rechazar',
  },
};
