import { defineConfig } from '@lingui/conf';
import { formatter } from '@lingui/format-po';

const exclude = ['**/*.test.*'];

// English is in the code; what others read is beside the feature that says it.
export default defineConfig({
  rootDir: import.meta.dirname,
  locales: ['es'],
  catalogs: [
    {
      path: '<rootDir>/src/features/{name}/locales/{locale}',
      include: ['<rootDir>/src/features/{name}/'],
      exclude,
    },
    { path: '<rootDir>/src/app/locales/{locale}', include: ['<rootDir>/src/app'], exclude },
    {
      path: '<rootDir>/src/ui/locales/{locale}',
      include: ['<rootDir>/src/ui', '<rootDir>/src/api'],
      exclude,
    },
  ],
  runtimeConfigModule: { Trans: ['#trans', 'Trans'] },
  format: formatter({ origins: false }),
});
