import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { routes } from '@argus/client';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { guide } from './guide.ts';
import { spanish } from './spanish.ts';
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

/**
 * Texts of modules are made as they load, in the language that is known by then; and what is asked of the server first
 * is on its way while the rest is read.
 */
const BEGIN = [
  /\/@?(lingui|messageformat|react-refresh)\//,
  /\/(ui\/(?:language|trans)|api\/(?:early|sentences\/(?:said|learned))|app\/first-questions|tasks\/listed|client\/src\/address)\.tsx?$/,
];

const firstModules = new Set<string>();

/**
 * What is seen first is one file, asked for at once: signing in, what surrounds every page, and the list of tasks. The
 * bundler takes along what these modules of ours use of libraries.
 */
function firstPages(): Plugin {
  const src = join(import.meta.dirname, 'src/');
  return {
    name: 'first-pages',
    apply: 'build',
    buildEnd() {
      const add = (id: string) => {
        if (firstModules.has(id) || !id.startsWith(src) || !/\.tsx?$/.test(id)) return;
        firstModules.add(id);
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) add(imported);
      };
      add(join(src, 'app/start.tsx'));
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const first = chunks.filter(({ name }) => name === 'first' || name === 'start');
        const styles = first.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        const link = (rel: string) => (file: string) => ({
          tag: 'link',
          attrs: { rel, crossorigin: '', href: `/app/${file}` },
          injectTo: 'head' as const,
        });
        return [
          ...first.map(({ fileName }) => fileName).map(link('modulepreload')),
          ...styles.map(link('stylesheet')),
        ];
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/app/',
  plugins: [
    bareRoutes(),
    guide(),
    texts(),
    spanish(),
    lingui({ cwd: import.meta.dirname }),
    react(),
    firstPages(),
    compressed(),
  ],
  build: {
    // the first browsers with light-dark(), which the two colour schemes are written in
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // the page's Content-Security-Policy allows images as data, scripts and fonts only as files
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // `first` is one file on purpose, and a test weighs it
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        sw: join(import.meta.dirname, 'src/sw.ts'),
      },
      // What a dozen files use is one: without HTTP/2 a browser has six requests at a time, and the page of a task asked
      // for 50 small ones (100 ms to the server: 2.4 s, so 1.8). From ten on the editor of scripts would be in it.
      output: {
        // a browser asks for its service worker under the same name for good
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            {
              name: 'begin',
              test: (id) => BEGIN.some((one) => one.test(id)),
              priority: 2,
            },
            { name: 'first', test: (id) => firstModules.has(id), priority: 1 },
            { name: 'base', minShareCount: 12 },
          ],
        },
      },
      // schemas are built when their module loads; the page uses rules and types, never a schema
      treeshake: { moduleSideEffects: (id) => !/\/packages\/contract\/|\/typebox\//.test(id) },
    },
  },
  server: { proxy: { '^/(?!app/)': process.env['ARGUS_URL'] ?? 'http://127.0.0.1:8080' } },
});
