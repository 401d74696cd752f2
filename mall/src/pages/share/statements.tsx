import { Area, Box, Heading, Txt } from '@elements';
import { useState } from 'react';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import type { Reply } from '../../api/types.ts';
import { useT } from '../../i18n/t.ts';
import { formatFen } from '../../lib/money.ts';
import { useQuery } from '../../lib/query.ts';
import { toast, toastError } from '../../lib/toast.ts';
import { formatOn } from '../../lib/when.ts';
import { Button } from '../../ui/button.tsx';
import { Price } from '../../ui/price.tsx';

type Statement = Reply<'myStatements'>['items'][number];
const stateWords = {
  open: 'share.statementOpen',
  accepted: 'share.statementAccepted',
  disputed: 'share.statementDisputed',
} as const;

/** What is owed for closed months; the partner accepts it or says what is wrong. */
export function Statements(): ReactElement | null {
  const t = useT();
  const { data, reload } = useQuery('statements', () => call('myStatements', {}));
  if (!data || data.items.length === 0) return null;
  return (
    <Box className="card stack-plain">
      <Heading level={2} className="h3">
        {t('share.statements')}
      </Heading>
      {data.items.map((statement) => (
        <Row key={statement.statementId} statement={statement} onAnswered={() => void reload()} />
      ))}
    </Box>
  );
}

function Row({ statement, onAnswered }: { statement: Statement; onAnswered: () => void }): ReactElement {
  const t = useT();
  const [isDisputing, setDisputing] = useState(false);
  const [reason, setReason] = useState('');
  const answer = async (how: 'accepted' | 'disputed'): Promise<void> => {
    try {
      await call('answerStatement', {
        params: { statementId: statement.statementId },
        body: { answer: how, reason: how === 'disputed' ? reason : '' },
      });
      toast(t('share.answered'), 'good');
      onAnswered();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Box className="stack-plain">
      <Box className="line">
        <Txt className="num">{statement.periodOn.slice(0, 7)}</Txt>
        <Txt className="badge">{t(stateWords[statement.state])}</Txt>
        <Price amountFen={statement.totalMinor} isInk />
      </Box>
      <Lines statementId={statement.statementId} />
      {statement.state === 'open' ? (
        isDisputing ? (
          <>
            <Area label={t('share.disputeReason')} value={reason} onChange={setReason} maxLength={500} />
            <Button kind="line" isDisabled={reason.trim() === ''} onTap={() => void answer('disputed')}>
              {t('share.dispute')}
            </Button>
          </>
        ) : (
          <Box className="line">
            <Button kind="quiet" size="small" onTap={() => setDisputing(true)}>
              {t('share.dispute')}
            </Button>
            <Button size="small" onTap={() => void answer('accepted')}>
              {t('share.accept')}
            </Button>
          </Box>
        )
      ) : null}
    </Box>
  );
}

type Line = Reply<'myStatementLines'>['items'][number];

/** What a statement is made of, opened on demand: nobody should accept a sum they cannot look into. */
function Lines({ statementId }: { statementId: string }): ReactElement {
  const t = useT();
  const [lines, setLines] = useState<readonly Line[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const load = async (before: readonly Line[], after: string | null): Promise<void> => {
    try {
      const { items, nextCursor } = await call('myStatementLines', {
        params: { statementId },
        query: after === null ? {} : { cursor: after },
      });
      setLines([...before, ...items]);
      setCursor(nextCursor);
    } catch (error) {
      toastError(error);
    }
  };
  if (lines === null)
    return (
      <Button kind="quiet" size="small" onTap={() => void load([], null)}>
        {t('share.lines')}
      </Button>
    );
  return (
    <Box className="stack-plain">
      {lines.map((line) => (
        <StatementLine key={line.lineId} line={line} />
      ))}
      <Box className="line">
        <Button kind="quiet" size="small" onTap={() => setLines(null)}>
          {t('share.hideLines')}
        </Button>
        {cursor === null ? null : (
          <Button kind="quiet" size="small" onTap={() => void load(lines, cursor)}>
            {t('share.moreLines')}
          </Button>
        )}
      </Box>
    </Box>
  );
}

function StatementLine({ line }: { line: Line }): ReactElement {
  const t = useT();
  const { amountMinor, currency, at, orderTail, code, baseMinor, rateBps } = line;
  const isWhole = code === 'commission_changed' && baseMinor === 0;
  const isRule = !isWhole && baseMinor !== null && rateBps !== null;
  return (
    <Box className="line share-order">
      <Box className="grow">
        <Box className="small num">
          {t(code === 'commission_changed' ? 'share.lineChanged' : 'share.lineEarned')} · {formatOn(at)}
        </Box>
        <Box className="tiny muted num">
          {orderTail === null ? '' : `${t('share.lineOrder', { tail: orderTail })} `}
          {isWhole ? t('share.lineRefunded') : ''}
          {isRule ? t('share.lineRule', { base: formatFen(baseMinor, currency), rate: `${rateBps / 100}%` }) : ''}
        </Box>
      </Box>
      <Price amountFen={amountMinor} isInk />
    </Box>
  );
}
