import type { Platform } from '../../platform/platform.ts';
import { customerRoutes } from './customers.ts';
import { linkQueries } from './link-queries.ts';
import { createLinks } from './links.ts';
import { accountRoutes } from './account.ts';
import { loginRoutes } from './login.ts';
import { memberRoutes, type ListedObjects } from './members.ts';
import { passwordRoutes } from './passwords.ts';
import { sessionQueries } from './session-queries.ts';
import type { AccessQueries } from './queries.ts';
import { tokenRoutes, type MissingTasks } from './tokens.ts';

export function accessRoutes(
  platform: Platform,
  queries: AccessQueries,
  { missingTasks, listed }: { missingTasks: MissingTasks; listed: ListedObjects },
) {
  const ofLinks = linkQueries(platform.db);
  const links = createLinks(platform, queries, ofLinks);
  return {
    ...loginRoutes(platform, queries),
    ...passwordRoutes(platform, queries, ofLinks, links),
    ...customerRoutes(queries),
    ...memberRoutes(platform, queries, links, listed),
    ...accountRoutes(queries, sessionQueries(platform.db)),
    ...tokenRoutes(queries, missingTasks),
  };
}
