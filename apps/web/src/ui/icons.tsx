import type { ReactNode } from 'react';

/** Icons are decoration: the text beside them, or the label of their button, says what they mean. */
function icon(shape: ReactNode) {
  return function Icon({ size = 16 }: { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {shape}
      </svg>
    );
  };
}

export const HomeIcon = icon(<path d="M2.5 7.5 8 2.8l5.5 4.7M4 6.5v7h3v-4h2v4h3v-7" />);
export const PlayIcon = icon(<path d="M5 3.2v9.6L12.6 8z" />);
export const StopIcon = icon(<rect x="4" y="4" width="8" height="8" rx="1" />);
export const CheckIcon = icon(<path d="M3.2 8.6 6.5 12l6.3-7.6" />);
export const CrossIcon = icon(<path d="m4 4 8 8m0-8-8 8" />);
export const ClockIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M8 4.8V8l2.2 1.5" />
  </>,
);
export const PauseIcon = icon(<path d="M5.8 3.8v8.4m4.4-8.4v8.4" />);
export const WarningIcon = icon(<path d="M8 2.5 14 13H2zM8 6.5v3m0 1.8v.1" />);
export const BanIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="m4 4 8 8" />
  </>,
);
export const QueueIcon = icon(<path d="M6.5 3.5h7m-7 4.5h7m-7 4.5h7M2.5 2v6m-1.6-1.6 1.6 1.6 1.6-1.6" />);
export const RunningIcon = icon(<path d="M13.5 8A5.5 5.5 0 1 1 8 2.5" />);
export const SendIcon = icon(<path d="M2.5 8h10m-4-4 4 4-4 4" />);
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />);
export const MoreIcon = icon(<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" strokeWidth="2.4" />);
export const RepeatIcon = icon(
  <path d="M3 8a5 5 0 0 1 8.6-3.5L13 6m0-3.2V6H9.8M13 8a5 5 0 0 1-8.6 3.5L3 10m0 3.2V10h3.2" />,
);
export const UpIcon = icon(<path d="M8 12.5v-9M4 7.5l4-4 4 4" />);
export const DownIcon = icon(<path d="M8 3.5v9m-4-4 4 4 4-4" />);
export const LeftIcon = icon(<path d="M10 3.5 5.5 8l4.5 4.5" />);
export const RightIcon = icon(<path d="M6 3.5 10.5 8 6 12.5" />);
export const GripIcon = icon(<path d="M6 4v.01M10 4v.01M6 8v.01M10 8v.01M6 12v.01M10 12v.01" />);
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.2" />
    <path d="M3.5 10.5h-1v-8h8v1" />
  </>,
);
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.3" />
    <path d="m10.2 10.2 3.3 3.3" />
  </>,
);
export const SunIcon = icon(
  <>
    <circle cx="8" cy="8" r="3" />
    <path d="M8 1v1.5m0 11V15M1 8h1.5m11 0H15M3 3l1.1 1.1m7.8 7.8L13 13M13 3l-1.1 1.1M4.1 11.9 3 13" />
  </>,
);
export const MoonIcon = icon(<path d="M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z" />);
export const ScreenIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="8" rx="1" />
    <path d="M6 13.5h4" />
  </>,
);
export const TaskIcon = icon(
  <path d="M2.5 4 3.6 5.1 5.5 3m-3 5 1.1 1.1L5.5 7M8 4.2h5.5M8 8.2h5.5M3 12.2h1.5m3.5 0h5.5" />,
);
export const WorkflowIcon = icon(
  <>
    <rect x="1.8" y="6" width="4" height="4" rx="1" />
    <rect x="10.2" y="2" width="4" height="4" rx="1" />
    <rect x="10.2" y="10" width="4" height="4" rx="1" />
    <path d="M5.8 8h2.2m2.2-4H8v8h2.2" />
  </>,
);
export const UndoIcon = icon(<path d="M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6" />);
export const RedoIcon = icon(<path d="m10.5 3 3 3-3 3m3-3h-7a4 4 0 0 0 0 8H10" />);
export const JobIcon = icon(<path d="M2 8.5h2.5l2-5 3 9 2-4H14" />);
export const ScriptIcon = icon(<path d="m5 5-3 3 3 3m6-6 3 3-3 3M9.2 3.5l-2.4 9" />);
export const BotIcon = icon(
  <>
    <rect x="2.5" y="3" width="11" height="4" rx="1" />
    <rect x="2.5" y="9" width="11" height="4" rx="1" />
    <path d="M5 5v.01M5 11v.01" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="5" cy="11" r="2.5" />
    <path d="m7 9 6-6m-2.5 2.5L12.5 7.5" />
  </>,
);
export const PeopleIcon = icon(
  <>
    <circle cx="6" cy="5.5" r="2.3" />
    <path d="M1.8 13c.3-2.6 2-4 4.2-4s3.9 1.4 4.2 4M10.5 3.5a2.2 2.2 0 0 1 0 4M12 9.6c1.3.5 2 1.6 2.2 3.4" />
  </>,
);
export const EyeIcon = icon(
  <>
    <path d="M1.5 8C3 5.2 5.2 3.8 8 3.8S13 5.2 14.5 8C13 10.8 10.8 12.2 8 12.2S3 10.8 1.5 8z" />
    <circle cx="8" cy="8" r="1.8" />
  </>,
);
export const DotsIcon = icon(<path d="M3.5 8h.1m4.4 0h.1m4.4 0h.1" />);
export const GearIcon = icon(
  <path d="M8 5.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM8 2v2m0 8v2M2 8h2m8 0h2M3.8 3.8l1.4 1.4m5.6 5.6 1.4 1.4m0-8.4-1.4 1.4m-5.6 5.6-1.4 1.4" />,
);
export const WebhookIcon = icon(
  <path d="M6.3 4.8A2.3 2.3 0 1 1 9.6 6l2 3.6m.2 3.8a2.3 2.3 0 1 0-2-2.6H6M3.2 9.6a2.3 2.3 0 1 0 3.2 1.200L8 6.5" />,
);
export const PersonIcon = icon(
  <>
    <circle cx="8" cy="5.2" r="2.6" />
    <path d="M3 13.6c.4-2.9 2.4-4.4 5-4.4s4.6 1.5 5 4.4" />
  </>,
);
export const BellIcon = icon(
  <path d="M8 2.2a3.900 3.900 0 0 0-3.900 3.900c0 3.700-1.300 4.700-1.300 5.300h10.400c0-.6-1.300-1.600-1.300-5.300A3.900 3.900 0 0 0 8 2.200zM6.600 13.600h2.800" />,
);
export const ApproveIcon = icon(
  <>
    <circle cx="6" cy="5.2" r="2.3" />
    <path d="M1.8 13.4c.3-2.7 2-4.2 4.2-4.2.9 0 1.7.2 2.4.7M9.4 11.8l1.7 1.8 3.3-3.900" />
  </>,
);
export const FormIcon = icon(
  <>
    <rect x="2.5" y="2.5" width="11" height="11" rx="1" />
    <path d="M5 6h6M5 9.8h3.5" />
  </>,
);
export const GlobeIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M2.3 8h11.4M8 2.2c3.4 3.6 3.4 8 0 11.6-3.4-3.6-3.4-8 0-11.6z" />
  </>,
);
export const InboxIcon = icon(
  <path d="M2.5 9.5v3a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3l-1.8-6a1 1 0 0 0-1-.7H5.3a1 1 0 0 0-1 .7zm0 0h3.2c.3 1.2 1.2 1.8 2.3 1.8s2-.6 2.3-1.8h3.2" />,
);
export const HelpIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M6.300 6.500a1.700 1.700 0 1 1 2.500 1.500c-.5.300-.8.600-.8 1.200m0 2v.01" />
  </>,
);
