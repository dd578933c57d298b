import { t } from '@lingui/core/macro';
import {
  Alert,
  Badge,
  Button,
  createTheme,
  localStorageColorSchemeManager,
  Table,
  type MantineColorsTuple,
  type ModalProps,
  type MultiSelectProps,
  type NotificationProps,
  type SelectProps,
  type TooltipProps,
} from '@mantine/core';

/** The one accent: links, the main button of a page, what is selected, what runs. */
const accent: MantineColorsTuple = [
  '#eef2fb',
  '#dbe3f4',
  '#b4c5e8',
  '#8aa5dc',
  '#6789d1',
  '#5177cb',
  '#456dc8',
  '#365cb1',
  '#2d529f',
  '#1f478d',
];

/** Surfaces and texts of the dark scheme, a little blue so that they sit with the accent. */
const dark: MantineColorsTuple = [
  '#d5d9e0',
  '#b3bac5',
  '#929bab',
  '#667085',
  '#3a4354',
  '#2c3443',
  '#1e2530',
  '#161b24',
  '#11151c',
  '#0c0f14',
];

/** A surface with a breath of a colour, for what has a state: enough to see, too little to shout. */
function tint(color: string): string {
  return `color-mix(in srgb, var(--mantine-color-${color}-6) 15%, var(--argus-surface))`;
}

/** Darkened in the light scheme: yellow and orange alone would be too faint to read on their tint. */
function tintedText(color: string): string {
  return `light-dark(color-mix(in srgb, var(--mantine-color-${color}-9) 75%, #000), var(--mantine-color-${color}-3))`;
}

interface ThemePart<Props> {
  defaultProps: Partial<Props>;
  styles?: Record<string, React.CSSProperties>;
}

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: 7,
  colors: { accent, dark },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Alert: Alert.extend({
      vars: (_, { color = 'accent' }) => ({
        root: { '--alert-bg': tint(color), '--alert-color': tintedText(color) },
      }),
    }),
    Badge: Badge.extend({
      defaultProps: { radius: 'sm', tt: 'none', fw: 500, miw: 'max-content' },
      vars: (_, { color = 'accent', variant }) => ({
        root: variant === 'light' ? { '--badge-bg': tint(color), '--badge-color': tintedText(color) } : {},
      }),
    }),
    Button: Button.extend({
      defaultProps: { fw: 500 },
      // the usual red is too light behind white words
      vars: (_, { color, variant = 'filled' }) => ({
        root:
          color === 'red' && variant === 'filled'
            ? {
                '--button-bg': 'var(--mantine-color-red-9)',
                '--button-hover': 'color-mix(in srgb, var(--mantine-color-red-9) 88%, #000)',
              }
            : {},
      }),
    }),
    // what a page does not need at once is named and not imported
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 100 },
        closeButtonProps: { 'aria-label': t`Close` },
      },
      styles: { title: { fontWeight: 600 } },
    } satisfies ThemePart<ModalProps>,
    // Enter takes what was found, and does not send the form around it
    MultiSelect: {
      defaultProps: { selectFirstOptionOnChange: true },
    } satisfies ThemePart<MultiSelectProps>,
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': t`Close` } },
    } satisfies ThemePart<NotificationProps>,
    Select: {
      defaultProps: { selectFirstOptionOnChange: true },
    } satisfies ThemePart<SelectProps>,
    Table: Table.extend({ defaultProps: { verticalSpacing: 'xs', highlightOnHover: true } }),
    Tooltip: {
      defaultProps: { openDelay: 300, withArrow: true },
    } satisfies ThemePart<TooltipProps>,
  },
});

/** The choice is kept under the name that `public/color-scheme.js` reads. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'argus-color-scheme' });
