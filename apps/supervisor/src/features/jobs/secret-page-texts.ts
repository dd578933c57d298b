import type { InLanguages } from '../../platform/http/language.ts';

export interface SecretPageTexts {
  waiting: string;
  onHold: string;
  running: string;
  expired: string;
  done: string;
  timeout: string;
  canceled: string;
  failed: string;
  organization: string;
  askedFor: string;
  started: string;
  ended: string;
  job: string;
  close: string;
  looksAgain: string;
}

/** Of the page that follows a job by its secret key; the words are those of the app. */
export const SECRET_PAGE_TEXTS: InLanguages<SecretPageTexts> = {
  en: {
    waiting: 'Waiting for its bot',
    onHold: 'On hold',
    running: 'Running',
    expired: 'Expired before it started',
    done: 'Done',
    timeout: 'Stopped: it took too long',
    canceled: 'Canceled',
    failed: 'Failed',
    organization: 'Organization',
    askedFor: 'Asked for',
    started: 'Started',
    ended: 'Ended',
    job: 'Job',
    close: 'You can close this page.',
    looksAgain: 'This page looks again by itself until the job has ended.',
  },
  es: {
    waiting: 'A la espera de su bot',
    onHold: 'Retenido',
    running: 'En ejecución',
    expired: 'Caducó antes de iniciarse',
    done: 'Listo',
    timeout: 'Detenido: tardó demasiado',
    canceled: 'Cancelado',
    failed: 'Con fallo',
    organization: 'Organización',
    askedFor: 'Solicitado',
    started: 'Iniciado',
    ended: 'Terminado',
    job: 'Trabajo',
    close: 'Ya se puede cerrar esta página.',
    looksAgain: 'Esta página se actualiza sola hasta que el trabajo termina.',
  },
};
