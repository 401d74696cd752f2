import { useTranslation } from 'react-i18next';

const steps = ['gather', 'know', 'reach', 'sell', 'keep', 'spread', 'learn'] as const;
const radius = 132;

function place(index: number): { x: number; y: number } {
  const angle = (index / steps.length) * 2 * Math.PI - Math.PI / 2;
  return { x: 200 + radius * Math.cos(angle), y: 200 + radius * Math.sin(angle) };
}

/** The closed loop the product exists for, as the picture of the sign-in page. */
export function LoopArtwork() {
  const { t } = useTranslation();
  return (
    <svg viewBox="0 0 400 400" fill="none" role="img" aria-label={t('signIn.loop')}>
      <circle cx="200" cy="200" r="180" stroke="#2A3A61" strokeWidth="1" strokeDasharray="2 7" />
      <circle cx="200" cy="200" r={radius} stroke="#2A3A61" strokeWidth="2" />
      <path d={arc(0, 5)} stroke="#2DB5A6" strokeWidth="3.500" strokeLinecap="round" />
      <circle cx="200" cy="200" r="44" fill="#1B2B50" />
      <circle cx="200" cy="191" r="11" stroke="#F2F5FA" strokeWidth="2.800" />
      <path d="M178 222c3-11 11.500-16 22-16s19 5 22 16" stroke="#F2F5FA" strokeWidth="2.800" strokeLinecap="round" />
      {steps.map((step, index) => {
        const { x, y } = place(index);
        return (
          <g key={step}>
            <circle cx={x} cy={y} r="27" fill="#14213D" stroke={index === 4 ? '#F59E0B' : '#2DB5A6'} strokeWidth="2" />
            <text x={x} y={y + 4.5} textAnchor="middle" fontSize="12.500" fontWeight="500" fill="#F2F5FA">
              {t(`signIn.steps.${step}`)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The part of the loop from one step to another, clockwise. */
function arc(from: number, to: number): string {
  const start = place(from);
  const end = place(to);
  return `M${start.x} ${start.y}A${radius} ${radius} 0 1 1 ${end.x} ${end.y}`;
}
