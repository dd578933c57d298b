import { i18n } from '@lingui/core';

// what a test reads is what the code says, made as the page is
i18n.setMessagesCompiler((message) => [message]);
i18n.loadAndActivate({ locale: 'en', messages: {} });
