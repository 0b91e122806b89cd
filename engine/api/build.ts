// The build cache's wire types.

export interface BuildCacheRecord {
	ID: string;
	Parents?: string[];
	/** "regular", "source.local", "exec.cachemount", "internal", "frontend". */
	Type: string;
	Description: string;
	InUse: boolean;
	Shared: boolean;
	/** Bytes. */
	Size: number;
	/** RFC 3339. */
	CreatedAt: string;
	LastUsedAt: string | null;
	UsageCount: number;
}
