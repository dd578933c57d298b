/** The page's whole look; light or dark as the reader's system is. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; scroll-padding-top: 1rem;
  --line: light-dark(#dfe3e8, #343a40); --soft: light-dark(#59636e, #a5adb6); --back: light-dark(#f5f6f8, #1f2327);
  --link: light-dark(#0b62b0, #79b8f3); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 0 1rem 4rem; background: light-dark(#fff, #15181b);
  color: light-dark(#1d2125, #e6e9ec); }
a { color: var(--link); text-underline-offset: .15em; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; }
h2 a, h3 a { color: inherit; text-decoration: none; }
h2 a:hover, h3 a:hover { text-decoration: underline; }
small { font-size: .85em; font-weight: 400; color: var(--soft); }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: baseline; padding: 1.25rem 0;
  border-bottom: 1px solid var(--line); }
header p { margin: 0; display: flex; gap: 1rem; }
header h1 { font-size: 1.5rem; }
code, pre { font: .875rem/1.5 ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace; }
pre { margin: .5rem 0 1rem; padding: .75rem 1rem; overflow-x: auto; background: var(--back); border-radius: .375rem; tab-size: 2; }
p { margin: .5rem 0; max-width: 44rem; }
main > section { padding: 2rem 0 0; }
main > section > h2 { font-size: 1.4rem; margin-bottom: .5rem; }
article { padding: 1.5rem 0; border-top: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 40rem; }
article:target { margin-left: -1rem; padding-left: .8rem; border-left: .2rem solid var(--link); }
h3 { font-size: 1.1rem; }
h4 { margin: 1rem 0 .25rem; font-size: .95rem; }
.route { overflow-wrap: anywhere; margin-bottom: 0; }
.also, .errors, .who { color: var(--soft); margin: .25rem 0; overflow-wrap: anywhere; }
.also code, .errors { font-size: .85rem; }
.route b, nav b { font: 700 .75rem/1.5 ui-monospace, monospace; padding: .1rem .35rem; border-radius: .25rem; color: light-dark(#155a9c, #8cc4f7);
  background: light-dark(#e4f0fb, #1c3145); }
b.post { color: light-dark(#14632d, #7fdc9a); background: light-dark(#e2f4e7, #193423); }
b.put, b.patch { color: light-dark(#7a4a00, #f0bd6a); background: light-dark(#fbefd9, #3a2c14); }
b.delete { color: light-dark(#a0231c, #ff9a92); background: light-dark(#fce8e6, #43201e); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 400; width: 30%; min-width: 8.5rem; }
tr:first-child > * { border-top: 0; }
tr:target { background: light-dark(#fff6d6, #3a3413); }
.type { color: var(--soft); font-size: .8125rem; }
nav { font-size: .85rem; padding: 1rem 0; border-bottom: 1px solid var(--line); }
nav h2 { font-size: .8rem; margin: 1rem 0 .25rem; color: var(--soft); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .15rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav li a:hover { text-decoration: underline; }
nav b { font-size: .65rem; }
summary { cursor: pointer; font-weight: 600; }
@media (max-width: 59.99rem) { nav details:not([open]) { margin: 0; } nav { max-height: 40vh; overflow-y: auto; } }
@media (min-width: 60rem) {
  body { display: grid; grid-template-columns: 17rem minmax(0, 1fr); column-gap: 2.5rem; }
  header { grid-column: 1 / -1; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; border: 0; align-self: start; }
  nav summary { display: none; }
}
@media print { nav { display: none; } body { display: block; } article { content-visibility: visible; } }
`;
