import type { PluginObj, types } from '@babel/core';
import { getConfig } from '@lingui/conf';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import babel from '@rolldown/plugin-babel';

/** The ids of the messages in each module that was read. */
export const idsOf = new Map<string, Set<string>>();

/**
 * Makes calls of the texts that are macros. English stays in the code of each page: a catalog of all texts would be loaded
 * with the first one. By Babel, not by the native transform, whose binary npm leaves out where it runs on a Node before 22.19.
 */
export const texts = () =>
  babel({
    presets: [
      {
        preset: {
          plugins: [
            [
              '@lingui/babel-plugin-lingui-macro',
              { descriptorFields: 'message', linguiConfig: getConfig({ cwd: import.meta.dirname }) },
            ],
            compiled,
          ],
        },
        rolldown: { filter: { id: /\.tsx?$/, code: /@lingui\/(?:core|react)\/macro/ } },
      },
    ],
  });

/** Compiles the messages that macros have left in the code, so that no page brings a compiler (7 kB), and notes their ids. */
function compiled({ types: t }: { types: typeof types }): PluginObj {
  const tokensOf = (message: string) => t.valueToNode(compileMessage(message));
  const isPlain = (message: string) => !/[{}<>'\\]/.test(message);
  return {
    visitor: {
      Program: {
        exit(program, { filename }) {
          const ids = new Set<string>();
          if (filename !== undefined) idsOf.set(filename, ids);
          program.traverse({
            ObjectExpression({ node }) {
              if (!node.leadingComments?.some(({ value }) => /^\*? i18n $/.test(value))) return;
              for (const property of node.properties) {
                if (!t.isObjectProperty(property) || !t.isStringLiteral(property.value)) continue;
                if (t.isIdentifier(property.key, { name: 'id' })) ids.add(property.value.value);
                if (!t.isIdentifier(property.key, { name: 'message' }) || isPlain(property.value.value))
                  continue;
                property.value = tokensOf(property.value.value);
              }
            },
            JSXOpeningElement({ node }) {
              const named = (name: string) =>
                node.attributes.find((one) => t.isJSXAttribute(one) && one.name.name === name);
              const message = named('message');
              const id = named('id');
              if (!t.isJSXAttribute(id) || !t.isStringLiteral(id.value) || !t.isJSXAttribute(message)) return;
              ids.add(id.value.value);
              const value = t.isJSXExpressionContainer(message.value)
                ? message.value.expression
                : message.value;
              if (!t.isStringLiteral(value) || isPlain(value.value)) return;
              message.value = t.jsxExpressionContainer(tokensOf(value.value));
            },
          });
        },
      },
    },
  };
}
