import { Anchor, Button } from '@mantine/core';
import { createLink } from '@tanstack/react-router';

/** A link to a page of the application, typed by its routes. */
export const TextLink = createLink(Anchor<'a'>);

/** The same, looking like a button. */
export const ButtonLink = createLink(Button<'a'>);
