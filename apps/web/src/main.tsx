import { askFirstQuestions } from './app/first-questions.ts';
import { chosenLanguage, speak } from './ui/language.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
askFirstQuestions(location.pathname.slice('/app'.length));
// texts are made as modules load, so that words in tables are as simple as those in the page
await speak(chosenLanguage());
const { start } = await import('./app/start.tsx');
start(root);
