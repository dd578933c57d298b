/** Devices of one person that are told. */
export const PUSH_DEVICES_MAX = 20;
