import type { Deps } from '../deps.ts';
import type { Words } from '../words/words.ts';
import { type Answer, badInput, type Outcome, toAnswer } from './answer.ts';
import {
  answerField,
  cancelForm,
  draftHours,
  type FormDraft,
  nextPage,
  openForm,
  problemsOf,
  question,
  readDraft,
  skipField,
  stepsOf,
} from './asking-forms.ts';
import type { Asking, Form, FormCall, Role } from './command.ts';
import type { Expected, Limits } from './platform.ts';
import type { Asked } from './request.ts';
import { readToken } from './token.ts';
import { actions, text, view } from './view.ts';

type Authorise = (role: Role) => Promise<Answer | null>;

/** Takes a form from its first question to its last, on platforms with forms and without. */
export function formDesk(definitions: readonly Form[], limits: Limits, deps: Deps) {
  const forms = new Map(definitions.map((form) => [form.id, form]));
  const oneByOne = limits.fieldsPerForm === 0;
  const own = new Set([answerField.route, skipField.route, cancelForm.route, nextPage.route]);

  function called(token: string): FormCall | null {
    const form = forms.get(readToken(token)?.route ?? '');
    return form === undefined ? null : { form, token };
  }

  return {
    /** Is it a button of a form? */
    knows: ({ route }: { route: string }): boolean => own.has(route),

    expects(asked: Asked): Expected {
      const token = asked.kind === 'action' ? readToken(asked.token) : null;
      if (token?.route === nextPage.route) return { kind: 'open', audience: 'private' };
      if (token !== null) return { kind: 'replace', audience: 'private' };
      const call = asked.kind === 'form' ? called(asked.token) : null;
      return { kind: 'reply', audience: call?.form.audience ?? 'private' };
    },

    async begin(call: FormCall, asking: Asking): Promise<Answer> {
      if (!oneByOne) return { kind: 'open', form: openForm(call, 0, {}, asking.words) };
      const outcome = await keep({ token: call.token, step: 0, answers: {} }, asking, () => ask(call, 0, asking.words));
      return toAnswer(outcome, { kind: 'reply', audience: 'private' });
    },

    /** Null where it answers no form. */
    async answer(asked: Asked, asking: Asking, authorise: Authorise): Promise<Answer | null> {
      if (asked.kind === 'form') {
        const call = called(asked.token);
        return call === null ? null : submit(call, asked.step, asked.answers, asking, authorise, 'reply');
      }
      const payload = await deps.store.drafts.find(asking.person.account, 'form', deps.clock.now());
      const draft = payload === null ? null : readDraft(payload);
      const call = draft === null ? null : called(draft.token);
      if (asked.kind === 'text') {
        if (call === null || draft === null || !oneByOne || asking.place.kind !== 'private') return null;
        return typed(call, draft, asked.text, asking, authorise);
      }
      const token = asked.kind === 'action' ? readToken(asked.token) : null;
      if (token === null) return null;
      if (call === null || draft === null) return token.route === cancelForm.route ? cancel(asking) : null;
      return pressed(call, draft, token, asking, authorise);
    },
  };

  async function typed(
    call: FormCall,
    draft: FormDraft,
    line: string,
    asking: Asking,
    authorise: Authorise,
  ): Promise<Answer> {
    const word = line.trim().toLowerCase();
    if (word === asking.words.text('form.cancel').toLowerCase()) return cancel(asking);
    const [name = ''] = stepsOf(call.form, 0)[draft.step] ?? [];
    const skips = word === asking.words.text('form.skip').toLowerCase();
    return submit(call, draft.step, skips ? {} : { [name]: line }, asking, authorise, 'reply');
  }

  async function pressed(
    call: FormCall,
    draft: FormDraft,
    { route, args }: { route: string; args: readonly string[] },
    asking: Asking,
    authorise: Authorise,
  ): Promise<Answer | null> {
    if (route === cancelForm.route) return cancel(asking);
    const [formId, step, value] = args;
    if (route === nextPage.route) {
      if (formId !== call.form.id || oneByOne) return null;
      return { kind: 'open', form: openForm(call, draft.step, draft.answers, asking.words) };
    }
    if (!oneByOne) return null;
    // A button of a question that is past, or of another form: the question that is open is shown again.
    if (formId !== call.form.id || Number(step) !== draft.step) return replace(ask(call, draft.step, asking.words));
    const [name = ''] = stepsOf(call.form, 0)[draft.step] ?? [];
    const given = route === skipField.route ? {} : { [name]: value };
    return submit(call, draft.step, given, asking, authorise, 'replace');
  }

  async function submit(
    call: FormCall,
    step: number,
    given: FormDraft['answers'],
    asking: Asking,
    authorise: Authorise,
    kind: 'reply' | 'replace',
  ): Promise<Answer> {
    const { form, token } = call;
    const refusal = await authorise(form.role);
    if (refusal !== null) return refusal;
    const steps = stepsOf(form, limits.fieldsPerForm);
    const names = steps[step];
    if (names === undefined) return badInput([], asking.words, null);
    const answers = { ...(await earlier(token, asking)), ...given };
    const problems = problemsOf(form, names, given);
    if (problems.length > 0) return again(call, step, { token, step, answers }, problems, asking);
    if (step + 1 < steps.length) {
      const outcome = await keep({ token, step: step + 1, answers }, asking, () => next(call, step + 1, asking.words));
      return toAnswer(outcome, { kind, audience: 'private' });
    }
    const prepared = form.prepare(readToken(token)?.args ?? [], answers);
    if (!prepared.ok) return badInput(prepared.problems, asking.words, null);
    const outcome = await prepared.run(closing(asking), deps);
    return toAnswer(outcome, { kind, audience: form.audience });
  }

  /** What was answered in earlier steps of this very form. */
  async function earlier(token: string, { person }: Asking): Promise<FormDraft['answers']> {
    const payload = await deps.store.drafts.find(person.account, 'form', deps.clock.now());
    const draft = payload === null ? null : readDraft(payload);
    return draft?.token === token ? draft.answers : {};
  }

  /** The draft goes when the form's own change commits. */
  function closing(asking: Asking): Asking {
    return {
      ...asking,
      commit: (work) =>
        asking.commit(async (tx, member) => {
          await tx.drafts.remove(asking.person.account, 'form');
          return work(tx, member);
        }),
    };
  }

  /** An answer that does not fit: what is wrong, and the same question again. What was typed is kept. */
  async function again(
    call: FormCall,
    step: number,
    draft: FormDraft,
    problems: Parameters<typeof badInput>[0],
    asking: Asking,
  ): Promise<Answer> {
    const { words } = asking;
    const bad = badInput(problems, words, null);
    if (oneByOne) {
      const sentence = bad.problems.map((problem) => problem.sentence).join(' ');
      return { ...bad, view: question(call.form, step, stepsOf(call.form, 0)[step] ?? [], words, sentence) };
    }
    await keep(draft, asking, () => bad.view);
    const openAgain = nextPage.button(words.text('form.open-again'), call.form.id);
    return { ...bad, view: view(bad.view.blocks, actions(openAgain)) };
  }

  function ask({ form }: FormCall, step: number, words: Words) {
    return question(form, step, stepsOf(form, 0)[step] ?? [], words);
  }

  function next(call: FormCall, step: number, words: Words) {
    if (oneByOne) return ask(call, step, words);
    return view(
      text(words.text('form.page-kept', { page: step, count: call.form.pages.length })),
      actions(
        nextPage.button(words.text('form.next-page'), call.form.id),
        cancelForm.button(words.text('form.cancel')),
      ),
    );
  }

  function keep(draft: FormDraft, { person, commit }: Asking, shown: () => Outcome): Promise<Outcome> {
    const expiresAt = deps.clock.now().add({ hours: draftHours });
    return commit(async (tx) => {
      await tx.drafts.put(person.account, 'form', JSON.stringify(draft), expiresAt);
      return shown();
    });
  }

  async function cancel({ person, words, commit }: Asking): Promise<Answer> {
    const outcome = await commit(async (tx) => {
      await tx.drafts.remove(person.account, 'form');
      return view(text(words.text('form.cancelled')));
    });
    return toAnswer(outcome, { kind: 'replace', audience: 'private' });
  }

  function replace(shown: Outcome): Answer {
    return toAnswer(shown, { kind: 'replace', audience: 'private' });
  }
}
