/**
 * Whether an access list names one of these, in any case, as SQL: `acls` is a column, `keys` a parameter with what
 * `aclKeys` of the contract answers.
 */
export const namesOneOf = (acls: string, keys: string): string =>
  `exists (select 1 from unnest(${acls}) as acl where lower(acl) = any(${keys}::text[]))`;
