import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { routes } from '@argus/client';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { texts } from './texts.ts';

const clientRoutes = fileURLToPath(new URL('./routes.ts', import.meta.resolve('@argus/client')));

/**
 * The client takes its routes from the contract's table, which holds every schema and its documentation. The page
 * gets the same routes as plain data, so that nothing else of the table is bundled.
 */
function bareRoutes(): Plugin {
  return {
    name: 'bare-routes',
    enforce: 'pre',
    load: (id) => (id === clientRoutes ? `export const routes = ${JSON.stringify(routes)};` : undefined),
  };
}

/** Puts a compressed copy beside each file that gets smaller: 0.2 s, and a third of the bytes on their way. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|svg|html)$/.test(name)) continue;
        const content = readFileSync(join(dir, name));
        const packed = gzipSync(content, { level: 9 });
        if (packed.length < content.length) writeFileSync(join(dir, `${name}.gz`), packed);
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/app/',
  plugins: [bareRoutes(), texts(), lingui({ cwd: import.meta.dirname }), react(), compressed()],
  build: {
    // the first browsers with light-dark(), which the two colour schemes are written in
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // the page's Content-Security-Policy allows images as data, scripts and fonts only as files
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // what most pages use is one file: in sixty small ones it compresses to 14 kB more
      output: {
        codeSplitting: {
          groups: [
            // apart, and first: texts of modules are made as they load, in the language that is known by then
            {
              name: 'language',
              test: /\/@?(lingui|messageformat|react-refresh)\/|ui\/language\.ts/,
              priority: 1,
            },
            { name: 'base', minShareCount: 28 },
          ],
        },
      },
      // schemas are built when their module loads; the page uses rules and types, never a schema
      treeshake: { moduleSideEffects: (id) => !/\/packages\/contract\/|\/typebox\//.test(id) },
    },
  },
  server: { proxy: { '^/(?!app/)': process.env['ARGUS_URL'] ?? 'http://127.0.0.1:8080' } },
});
