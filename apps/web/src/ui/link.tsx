import { Anchor, Badge, Button, type BadgeProps, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';

type AnchorProps<Own> = Own & Omit<ComponentProps<'a'>, keyof Own>;

/** A link to a page of the application, typed by its routes. */
export const TextLink = createLink(Anchor<'a'>);

/** The same, looking like a button. */
export const ButtonLink = createLink((props: AnchorProps<ButtonProps>) => (
  <Button component="a" {...props} />
));

/** The same, looking like a badge. */
export const BadgeLink = createLink((props: AnchorProps<BadgeProps>) => <Badge component="a" {...props} />);
