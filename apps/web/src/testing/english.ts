import { i18n } from '@lingui/core';

// what a test reads is what the code says
i18n.loadAndActivate({ locale: 'en', messages: {} });
