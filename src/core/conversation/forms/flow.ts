import { type Answer, isRefusal, type Outcome, toAnswer } from '../../language/answer.ts';
import type { Role } from '../../language/command.ts';
import type { RequestBody } from '../../language/request.ts';
import { readToken } from '../../language/token.ts';
import { actions, text, type View, view } from '../../language/view.ts';
import type { Words } from '../../language/words/words.ts';
import type { Person } from '../../members/person.ts';
import type { Expected, Limits } from '../../platform/platform.ts';
import { getHelpNow } from '../../safety/buttons.ts';
import { badInput } from '../bad-input.ts';
import type { Context, Deps } from '../context.ts';
import type { Form, FormCall } from '../define.ts';
import type { StoreWrites } from '../store.ts';
import { answerField, cancelForm, formButton, nextPage, skipField } from './buttons.ts';
import type { DraftsRead } from './drafts.ts';
import { draftHours, type FormDraft, openForm, problemsOf, question, readDraft, stepsOf } from './questions.ts';

type Authorise = (role: Role) => Promise<Answer | null>;

/** Runs a form from its first question to its last, on platforms with and without forms. */
export function formFlow(definitions: readonly Form[], limits: Limits, deps: Deps) {
  const forms = new Map(definitions.map((form) => [form.id, form]));
  const oneByOne = limits.fieldsPerForm === 0;
  const own = new Set([answerField.route, skipField.route, cancelForm.route, nextPage.route]);

  function called(token: string): FormCall | null {
    const form = forms.get(readToken(token)?.route ?? '');
    return form === undefined ? null : { form, token };
  }

  return {
    /** Whether this is a button of an open form. */
    knows: ({ route }: { route: string }): boolean => own.has(route),

    /** Returns the form with this token, or null. */
    called,

    expects(asked: RequestBody): Expected {
      const usual = { audience: 'private', keepsIn: 'here', urgency: 'usual', sameHelp: null } as const;
      const token = asked.kind === 'action' ? readToken(asked.token) : null;
      if (token?.route === nextPage.route) return { ...usual, kind: 'open' };
      if (token !== null) return { ...usual, kind: 'replace' };
      const form = asked.kind === 'form' ? called(asked.token)?.form : undefined;
      return { ...usual, kind: 'reply', audience: form?.audience ?? 'private', keepsIn: form?.keepsIn ?? 'here' };
    },

    /** `opens`: whether a form can open here; otherwise a button opens it. */
    async begin(call: FormCall, context: Context, opens: boolean): Promise<Answer> {
      const { words } = context;
      if (!oneByOne) {
        if (!opens) return { kind: 'reply', audience: 'private', view: wayTo(call, words, 'form.by-button') };
        return { kind: 'open', form: openForm(call, 0, {}, words), instead: wayTo(call, words, 'form.too-slow') };
      }
      const outcome = await keep({ token: call.token, step: 0, answers: {} }, context, () =>
        ask(call, 0, context.words),
      );
      return toAnswer(outcome, { kind: 'reply', audience: 'private' });
    },

    /** Returns null if it answers no form. */
    async answer(asked: RequestBody, context: Context, authorise: Authorise): Promise<Answer | null> {
      if (asked.kind === 'form') {
        const call = called(asked.token);
        return call === null ? null : submit(call, asked.step, asked.answers, context, authorise, 'reply');
      }
      const payload = await deps.store.drafts.find(context.person.account, 'form', deps.clock.now());
      const draft = payload === null ? null : readDraft(payload);
      const call = draft === null ? null : called(draft.token);
      if (asked.kind === 'text') {
        if (call === null || draft === null || !oneByOne || context.place.kind !== 'private') return null;
        return typed(call, draft, asked.text, context, authorise);
      }
      const token = asked.kind === 'action' ? readToken(asked.token) : null;
      if (token === null) return null;
      if (call === null || draft === null) return token.route === cancelForm.route ? cancel(context) : null;
      return pressed(call, draft, token, context, authorise);
    },
  };

  function wayTo({ form, token }: FormCall, words: Words, why: 'form.by-button' | 'form.too-slow'): View {
    return view(text(words.text(why)), actions(formButton.labelled(words.text(form.title), token), getHelpNow(words)));
  }

  function open(call: FormCall, { step, answers }: FormDraft, words: Words): Answer {
    const again = nextPage.labelled(words.text('form.open-again'), call.form.id);
    const instead = view(text(words.text('form.too-slow')), actions(again, getHelpNow(words)));
    return { kind: 'open', form: openForm(call, step, answers, words), instead };
  }

  async function typed(
    call: FormCall,
    draft: FormDraft,
    line: string,
    context: Context,
    authorise: Authorise,
  ): Promise<Answer> {
    const word = line.trim().toLowerCase();
    if (word === context.words.text('form.cancel').toLowerCase()) return cancel(context);
    const [name = ''] = stepsOf(call.form, 0)[draft.step] ?? [];
    const skips = word === context.words.text('form.skip').toLowerCase();
    return submit(call, draft.step, skips ? {} : { [name]: line }, context, authorise, 'reply');
  }

  async function pressed(
    call: FormCall,
    draft: FormDraft,
    { route, args }: { route: string; args: readonly string[] },
    context: Context,
    authorise: Authorise,
  ): Promise<Answer | null> {
    if (route === cancelForm.route) return cancel(context);
    const [formId, step, value] = args;
    if (route === nextPage.route) {
      if (formId !== call.form.id || oneByOne) return null;
      return open(call, draft, context.words);
    }
    if (!oneByOne) return null;
    // The button belongs to an earlier question or another form, so the current question is shown again.
    if (formId !== call.form.id || Number(step) !== draft.step) return replace(ask(call, draft.step, context.words));
    const [name = ''] = stepsOf(call.form, 0)[draft.step] ?? [];
    const given = route === skipField.route ? {} : { [name]: value };
    return submit(call, draft.step, given, context, authorise, 'replace');
  }

  async function submit(
    call: FormCall,
    step: number,
    given: FormDraft['answers'],
    context: Context,
    authorise: Authorise,
    kind: 'reply' | 'replace',
  ): Promise<Answer> {
    const { form, token } = call;
    const refusal = await authorise(form.role);
    if (refusal !== null) return refusal;
    const steps = stepsOf(form, limits.fieldsPerForm);
    const names = steps[step];
    if (names === undefined) return badInput([], context.words, null);
    const problems = problemsOf(form, names, given);
    if (problems.length > 0) {
      return again(
        call,
        step,
        { token, step, answers: { ...(await earlier(call, context)), ...given } },
        problems,
        context,
      );
    }
    if (step + 1 < steps.length) {
      const outcome = await context.commit((tx) => advance(tx, call, step, given, context));
      return toAnswer(outcome, { kind, audience: 'private' });
    }
    const prepared = form.prepare(readToken(token)?.args ?? [], { ...(await earlier(call, context)), ...given });
    if (!prepared.ok) return badInput(prepared.problems, context.words, null);
    const outcome = await prepared.run(steps.length > 1 ? closing(call, step, context) : context, deps);
    return toAnswer(outcome, { kind, audience: form.audience });
  }

  /**
   * Stores a step's answers and asks the next one. If two requests answer the same step, the second changes nothing.
   */
  async function advance(
    tx: StoreWrites,
    call: FormCall,
    step: number,
    given: FormDraft['answers'],
    { person, words }: Context,
  ): Promise<Outcome> {
    const draft = await openDraft(tx, call, person);
    if (draft !== null && draft.step > step) return next(call, draft.step, words);
    const kept = { token: call.token, step: step + 1, answers: { ...draft?.answers, ...given } };
    await putDraft(tx, kept, person);
    return next(call, step + 1, words);
  }

  /** The answers of earlier steps of this same form. */
  async function earlier(call: FormCall, { person }: Context): Promise<FormDraft['answers']> {
    return (await openDraft(deps.store, call, person))?.answers ?? {};
  }

  async function openDraft(
    { drafts }: { readonly drafts: DraftsRead },
    { token }: FormCall,
    { account }: Person,
  ): Promise<FormDraft | null> {
    const payload = await drafts.find(account, 'form', deps.clock.now());
    const draft = payload === null ? null : readDraft(payload);
    return draft?.token === token ? draft : null;
  }

  /** Deletes the draft in the form's own transaction, so that a finished form does not run again. */
  function closing(call: FormCall, step: number, context: Context): Context {
    const { person, words } = context;
    return {
      ...context,
      commit: (work) =>
        context.commit(async (tx, member) => {
          const draft = await openDraft(tx, call, person);
          if (draft?.step !== step) return view(text(words.text('form.over')));
          const outcome = await work(tx, member);
          if (!isRefusal(outcome)) await tx.drafts.remove(person.account, 'form');
          return outcome;
        }),
    };
  }

  /** Shows the problems of an answer and asks the same question again. The typed text is kept. */
  async function again(
    call: FormCall,
    step: number,
    draft: FormDraft,
    problems: Parameters<typeof badInput>[0],
    context: Context,
  ): Promise<Answer> {
    const { words } = context;
    const bad = badInput(problems, words, null);
    if (oneByOne) {
      const sentence = bad.problems.map((problem) => problem.sentence).join(' ');
      return { ...bad, view: question(call.form, step, stepsOf(call.form, 0)[step] ?? [], words, sentence) };
    }
    await keep(draft, context, () => bad.view);
    const openAgain = nextPage.labelled(words.text('form.open-again'), call.form.id);
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
        nextPage.labelled(words.text('form.next-page'), call.form.id),
        cancelForm.labelled(words.text('form.cancel')),
      ),
    );
  }

  function keep(draft: FormDraft, { person, commit }: Context, shown: () => Outcome): Promise<Outcome> {
    return commit(async (tx) => {
      await putDraft(tx, draft, person);
      return shown();
    });
  }

  function putDraft(tx: StoreWrites, draft: FormDraft, { account }: Person): Promise<void> {
    const expiresAt = deps.clock.now().add({ hours: draftHours });
    return tx.drafts.put(account, 'form', JSON.stringify(draft), expiresAt);
  }

  async function cancel({ person, words, commit }: Context): Promise<Answer> {
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
