import type { RequestBody } from '../language/request.ts';
import type { Inbox } from './platform.ts';

/** What operators can measure. No identifier of a person, community or channel, and nothing that anyone wrote. */
export interface Metrics {
  /** A request was heard. The returned function is called when its answer is ready. */
  heard(platform: string, kind: RequestBody['kind']): () => void;
  /** A delivery of the outbox was tried. `lagMs`: how long after its time. */
  tried(platform: string, end: DeliveryEnd, lagMs: number): void;
}

/** How one try of a delivery ended. 'later': it is tried again. */
type DeliveryEnd = 'sent' | 'refused' | 'uncertain' | 'skipped' | 'later';

/** For a program whose metrics nobody can read. */
export const noMetrics: Metrics = { heard: () => () => {}, tried: () => {} };

/** An inbox whose requests are counted and timed, until their answer is ready to be shown. */
export function measured(inbox: Inbox, platform: string, metrics: Metrics): Inbox {
  return {
    lastResort: (locale) => inbox.lastResort(locale),
    read(asked, how) {
      const answered = metrics.heard(platform, asked.kind);
      const intake = inbox.read(asked, how);
      return {
        ...intake,
        async answer(request) {
          const answer = await intake.answer(request);
          answered();
          return answer;
        },
      };
    },
  };
}
