import type { WorkflowStep } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { ActionIcon, Button, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { toasts } from '../../../ui/toasts.ts';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { RedoIcon, UndoIcon } from '../../../ui/icons.tsx';
import { offerUndo } from '../../../ui/undo.tsx';
import { graphEdges, graphSteps } from '../graph-of-workflow.tsx';
import type { Selection } from '../graph/graph-words.ts';
import { LazyGraph } from '../graph/lazy-graph.tsx';
import { stepTitle } from '../use-used.ts';
import { EdgeEditor } from './edge-editor.tsx';
import classes from './editor.module.css';
import {
  withCopy,
  withEdge,
  withEdgeChange,
  withoutEdge,
  withoutPlaces,
  withoutStep,
  withPlaces,
  withStep,
} from './graph-draft.ts';
import { NoSteps } from './no-steps.tsx';
import { Problems } from './problems.tsx';
import { StepChoice } from './step-choice.tsx';
import { StepPanel, type PanelProps } from './step-panel.tsx';

/** How long it is offered to take a step back, milliseconds. */
const UNDO_MS = 10_000;
const OFFER = 'workflow-step';

interface GraphEditorProps extends PanelProps {
  selected: Selection;
  onSelect: (selection: Selection) => void;
  history: { undo: () => void; redo: () => void; canUndo: boolean; canRedo: boolean };
}

/** The graph to work on, and beside it what is selected. */
export function GraphEditor(props: GraphEditorProps) {
  const { graph, usable, problems, change, selected, onSelect, history } = props;
  const canvas = useRef<HTMLDivElement>(null);
  const side = useRef<HTMLDivElement>(null);
  const isOffered = useRef(false);
  const connecting = useRef<string>(undefined);
  const titles = new Map(graph.steps.map((step) => [step.id, stepTitle(step, usable)]));
  const byStep = new Map<string, string>();
  for (const { about, message } of problems)
    if (about?.step !== undefined)
      byStep.set(about.step, [byStep.get(about.step), message].filter(Boolean).join('; '));
  const step = graph.steps.find((one) => one.id === selected?.step);
  const selectedTitle = titles.get(step?.id ?? '') ?? '';
  const count = graph.steps.length;
  const edge = selected?.edge === undefined ? undefined : graph.edges[selected.edge];

  const remove = () => {
    if (selected?.step !== undefined) {
      change((before) => withoutStep(before, selected.step));
      offerBack(t`${selectedTitle} is taken out, with its lines.`);
    } else if (selected?.edge !== undefined) {
      change((before) => withoutEdge(before, selected.edge));
      offerBack(t`The line is taken out.`);
    } else return;
    onSelect(undefined);
    canvas.current?.focus();
  };
  const offerBack = (message: string) => {
    isOffered.current = true;
    const undo = () => {
      change(() => graph);
      onSelect(selected);
    };
    offerUndo({ id: OFFER, message, ms: UNDO_MS, undo });
  };
  // taken back later, it would take the changes since with it
  useEffect(() => {
    if (!isOffered.current) toasts.hide(OFFER);
    isOffered.current = false;
  }, [graph]);
  const connect = () => {
    if (step === undefined || connecting.current !== step.id) return;
    connecting.current = undefined;
    side.current?.querySelector<HTMLElement>('[data-connect]')?.focus();
  };
  // once the panel of that step is there
  useEffect(connect);
  const onKeyDown = (event: KeyboardEvent) => {
    const focused = (event.target as HTMLElement).closest<HTMLElement>('[data-step]')?.dataset['step'];
    if (event.key.toLowerCase() === 'c' && focused !== undefined && !hasModifier(event)) {
      event.preventDefault();
      connecting.current = focused;
      if (step?.id === focused) connect();
      else onSelect({ step: focused });
      return;
    }
    if ((event.key !== 'Delete' && event.key !== 'Backspace') || isTyping(event.target)) return;
    event.preventDefault();
    remove();
  };
  const add = (used: Parameters<typeof withStep>[1]) => {
    const after = step?.id;
    change((before) => withStep(before, used, after).graph);
    onSelect({ step: withStep(graph, used, after).id });
  };
  useEditorKeys({
    ...history,
    copy: () => {
      if (step === undefined) return false;
      clipboard = step;
      return true;
    },
    paste: () => {
      const copied = clipboard;
      if (copied === undefined) return false;
      change((before) => withCopy(before, copied).graph);
      onSelect({ step: withCopy(graph, copied).id });
      return true;
    },
  });
  const onKeyInPanel = (event: KeyboardEvent) => {
    // Enter in an input of the panel means the input, not the whole workflow
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
    // a list that is open is closed first
    const isOpen = (event.target as HTMLElement).getAttribute('aria-expanded') === 'true';
    if (event.key !== 'Escape' || isOpen || step === undefined) return;
    canvas.current?.querySelector<HTMLElement>(`[data-step="${step.id}"]`)?.focus();
  };
  const hasPlaces = graph.steps.some(({ position }) => position !== undefined);
  return (
    <>
      <div className={classes.tools}>
        <div className={classes.add}>
          <StepChoice
            // empty again for the next one
            key={graph.steps.length}
            label={step ? t`Add a step after ${selectedTitle}` : t`Add a step: find a task or workflow`}
            usable={usable}
            chosen={null}
            hidesLabel
            onChoose={add}
          />
        </div>
        <Tool label={t`Undo`} keys="Ctrl+Z" enabled={history.canUndo} onClick={history.undo}>
          <UndoIcon />
        </Tool>
        <Tool label={t`Redo`} keys="Ctrl+Shift+Z" enabled={history.canRedo} onClick={history.redo}>
          <RedoIcon />
        </Tool>
        <Button
          variant="default"
          disabled={!hasPlaces}
          onClick={() => change(withoutPlaces)}
          title={t`Lay all steps out anew; they stay there until you move one`}
        >
          {t`Arrange`}
        </Button>
        <Text size="xs" c="dimmed">
          {plural(count, { one: '# step', other: '# steps' })}
        </Text>
      </div>
      <div className={classes.editor}>
        <div ref={canvas} className={classes.canvas} tabIndex={-1} onKeyDown={onKeyDown}>
          {graph.steps.length === 0 ? (
            <NoSteps usable={usable} />
          ) : (
            <LazyGraph
              label={t`Steps`}
              steps={graphSteps(graph.steps, usable, byStep)}
              edges={graphEdges(graph.edges, (one) => titles.get(one) ?? one).map((one, index) => {
                const problem = problems.find(({ about }) => about?.edge === index)?.message;
                return problem === undefined ? one : { ...one, problem };
              })}
              selected={selected}
              onSelect={onSelect}
              onMove={(places) => change((before) => withPlaces(before, places), 'places')}
              onConnect={(from, to) => change((before) => withEdge(before, from, to))}
              height={500}
            />
          )}
          <Problems graph={graph} problems={problems} titles={titles} onSelect={onSelect} />
        </div>
        <div ref={side} className={classes.side} onKeyDown={onKeyInPanel}>
          {step ? (
            <StepPanel
              graph={graph}
              step={step}
              usable={usable}
              problems={problems}
              change={change}
              onRenamed={(next) => onSelect({ step: next })}
              onRemove={remove}
            />
          ) : edge ? (
            <Stack gap="sm" role="region" aria-label={t`Line`}>
              <Group justify="space-between" wrap="nowrap">
                <Title order={3} className={classes.cut}>
                  {afterText(titles.get(edge.from) ?? edge.from)}
                </Title>
                <Button size="compact-sm" variant="default" onClick={() => onSelect({ step: edge.from })}>
                  {t`Show the step`}
                </Button>
              </Group>
              <EdgeEditor
                key={selected?.edge}
                edge={edge}
                title={titles.get(edge.to) ?? edge.to}
                problems={problems
                  .filter(({ about }) => about?.edge === selected?.edge)
                  .map(({ message }) => message)}
                onChange={(more) =>
                  change(
                    (before) => withEdgeChange(before, selected?.edge ?? -1, more),
                    `edge ${selected?.edge}`,
                  )
                }
                onRemove={remove}
              />
            </Stack>
          ) : (
            <Text size="sm" c="dimmed">
              {graph.steps.length === 0
                ? t`What a step is given and what comes after it is settled here.`
                : t`Select a step or a line to change it. Draw a line from the last dot of a step to the first dot of another to connect them, or choose it at “Then”. Arrow keys go from step to step, C connects a step, Escape leads back to it, Alt and an arrow moves it, Ctrl+C and Ctrl+V copy it, Delete removes it, + and − zoom, 0 shows everything.`}
            </Text>
          )}
        </div>
      </div>
    </>
  );
}

function afterText(step: string): string {
  return t`After ${step}`;
}

interface ToolProps {
  label: string;
  keys: string;
  enabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function Tool({ label, keys, enabled, onClick, children }: ToolProps) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon variant="default" size={36} aria-label={label} disabled={!enabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function isTyping(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

function hasModifier({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

/** Kept while the page is open: a step can be taken to another workflow. */
let clipboard: WorkflowStep | undefined;

interface KeyActions {
  undo: () => void;
  redo: () => void;
  /** Whether there was something to copy or paste. */
  copy: () => boolean;
  paste: () => boolean;
}

/** Ctrl+Z, Ctrl+Shift+Z, Ctrl+C and Ctrl+V wherever no text is typed or selected: there they belong to the text. */
function useEditorKeys(actions: KeyActions): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      if (event.target === null || isTyping(event.target)) return;
      const { undo, redo, copy, paste } = current.current;
      const key = event.key.toLowerCase();
      const isDone =
        key === 'z'
          ? (event.shiftKey ? redo : undo)()
          : key === 'y'
            ? redo()
            : key === 'c' && (window.getSelection()?.isCollapsed ?? true)
              ? copy()
              : key === 'v'
                ? paste()
                : false;
      if (isDone !== false) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
