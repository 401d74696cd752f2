import { createStore } from './store.ts';

interface Question {
  readonly title: string;
  readonly body: string;
  readonly yes: string;
  readonly isDangerous: boolean;
  readonly answer: (isYes: boolean) => void;
}
export const questionStore = createStore<Question | null>(null);

/** Asks before something is done that cannot be undone; says what will happen. */
export function confirm(question: {
  title: string;
  body: string;
  yes: string;
  isDangerous?: boolean;
}): Promise<boolean> {
  return new Promise((resolve) => {
    questionStore.set({
      ...question,
      isDangerous: question.isDangerous ?? false,
      answer(isYes) {
        questionStore.set(null);
        resolve(isYes);
      },
    });
  });
}
