// Apart from the schemas, as the web page needs it at once.
export const DELIVERY_STATES = ['waiting', 'sending', 'sent', 'failed', 'suppressed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
