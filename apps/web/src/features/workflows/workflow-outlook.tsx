import { eventOf, type Workflow, type WorkflowOutlook } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { BotIcon, ClockIcon, PeopleIcon, PlayIcon, WarningIcon, WorkflowIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { aheadText, DurationLine, Line, OutlookBox } from '../run/outlook.tsx';
import { askedText } from '../tasks/type-words.ts';
import { edgeWords } from './condition-words.ts';

/** Of what comes next so much is named. */
const NAMED = 4;

interface OutlookOfRunProps {
  workflow: Pick<Workflow, 'id' | 'steps' | 'edges' | 'start' | 'uses'>;
  outlook: WorkflowOutlook;
}

/** What a run of a workflow would meet now: where it begins, what comes next, whom it asks, how long it takes. */
export function OutlookOfRun({ workflow, outlook }: OutlookOfRunProps) {
  const { waits_for_run, first, asks, duration } = outlook;
  const customer = useCustomer();
  const next = nextText(workflow);
  const short = waits_for_run?.slice(-6);
  return (
    <OutlookBox>
      {waits_for_run !== null && (
        <Line icon={<ClockIcon />} warns>
          <Trans>
            It would wait until{' '}
            <TextLink
              to="/$customer/workflows/$workflowId/runs/$runId"
              params={{ customer, workflowId: workflow.id, runId: waits_for_run }}
              size="sm"
            >
              run …{short}
            </TextLink>{' '}
            is over: one runs at a time.
          </Trans>
        </Line>
      )}
      {first.map((step) => (
        <FirstStep key={step.step} step={step} />
      ))}
      {next !== '' && <Line icon={<WorkflowIcon />}>{next}</Line>}
      {asks.map(({ step, name, type, ...asked }) => (
        <Line key={step} icon={<PeopleIcon />}>
          {asksText(type === 'approval', name, askedText(asked))}
        </Line>
      ))}
      <DurationLine duration={duration} />
    </OutlookBox>
  );
}

function FirstStep({ step }: { step: WorkflowOutlook['first'][number] }) {
  const { name, type, bot, reason, jobs_before } = step;
  if (reason !== null)
    return (
      <Line icon={<WarningIcon />} warns>
        {waitsText(name, sentence(reason))} {jobs_before > 0 && aheadText(jobs_before)}
      </Line>
    );
  if (bot !== null) return <Line icon={<BotIcon />}>{takenText(name, bot.hostname)}</Line>;
  return <Line icon={<PlayIcon />}>{type === 'workflow' ? workflowText(name) : beginsText(name)}</Line>;
}

function takenText(step: string, hostname: string): string {
  return t`It begins with ${step}: ${hostname} takes it now.`;
}

function waitsText(step: string, reason: string): string {
  return t`It begins with ${step}, which would wait. ${reason}`;
}

function workflowText(step: string): string {
  return t`It begins with ${step}, a workflow.`;
}

function beginsText(step: string): string {
  return t`It begins with ${step}.`;
}

function asksText(decides: boolean, step: string, who: string): string {
  return decides
    ? t`${step} waits for approval. Asked: ${who}.`
    : t`${step} waits until it is filled in. Asked: ${who}.`;
}

/** What comes after its first steps, each with what must be so. */
function nextText({ steps, edges, start, uses }: OutlookOfRunProps['workflow']): string {
  const names = new Map(uses.map(({ id, name }) => [id, name]));
  const titles = new Map(
    steps.map(({ id, name, task, workflow }) => [id, name ?? names.get(task ?? workflow ?? '') ?? id]),
  );
  const next = edges.filter(({ from, to }) => start.includes(from) && !start.includes(to));
  if (next.length === 0) return '';
  const shown = next.slice(0, NAMED).map((edge) => {
    const title = titles.get(edge.to) ?? edge.to;
    const when = edgeWords(edge);
    return when === '' && eventOf(edge) === 'success' ? title : `${title} (${when})`;
  });
  const list = shown.join(', ');
  const others = next.length - shown.length;
  return others > 0 ? t`Then: ${list}, and ${others} more.` : t`Then: ${list}.`;
}
