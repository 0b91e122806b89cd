// The mark: a hull in section, on the blocks of a dry dock.

export function Mark({ size = 28 }: { size?: number }) {
	return (
		<svg width={size} height={size} viewBox="0 0 28 28" aria-hidden="true" focusable="false">
			<path d="M3 9h22c0 7-4.5 11-11 11S3 16 3 9Z" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" />
			<path d="M6.5 13h15M9 16.6h10" stroke="var(--sea)" strokeWidth="1.8" />
			<path
				d="M8 20.5 6.5 25M14 20.5V25M20 20.5l1.5 4.5M2.5 25h23"
				stroke="currentColor"
				strokeWidth="1.8"
				strokeLinecap="round"
			/>
			<path d="M14 9V3.5h5V9" fill="none" stroke="var(--signal)" strokeWidth="1.8" strokeLinejoin="round" />
		</svg>
	);
}
