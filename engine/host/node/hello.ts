// Assembles the image hello-world's program: a static x86-64 ELF file that writes a text and ends. (man 5 elf, man 2 write, exit)

const BASE = 0x400000;
const ELF_HEADER = 64;
const PROGRAM_HEADER = 56;
const SYS_WRITE = 1;
const SYS_EXIT = 60;
const STDOUT = 1;

/** Instructions with an immediate of 32 bits, little-endian. */
const mov = {
	eax: (value: number) => immediate(0xb8, value),
	edi: (value: number) => immediate(0xbf, value),
	esi: (value: number) => immediate(0xbe, value),
	edx: (value: number) => immediate(0xba, value),
};
const immediate = (opcode: number, value: number): number[] => [
	opcode,
	value & 255,
	(value >> 8) & 255,
	(value >> 16) & 255,
	(value >>> 24) & 255,
];
const syscall = [0x0f, 0x05];
const xorEdiEdi = [0x31, 0xff];

export function helloProgram(text: Uint8Array): Uint8Array {
	const code = (textAt: number): number[] => [
		...mov.eax(SYS_WRITE),
		...mov.edi(STDOUT),
		...mov.esi(textAt),
		...mov.edx(text.length),
		...syscall,
		...mov.eax(SYS_EXIT),
		...xorEdiEdi,
		...syscall,
	];
	const start = ELF_HEADER + PROGRAM_HEADER;
	const textOffset = start + code(0).length;
	const file = new Uint8Array(textOffset + text.length);
	const view = new DataView(file.buffer);
	const half = (at: number, value: number) => view.setUint16(at, value, true);
	const word = (at: number, value: number) => view.setUint32(at, value, true);
	const long = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);

	// e_ident: magic, ELFCLASS64, ELFDATA2LSB, EV_CURRENT
	file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
	half(16, 2); // e_type: ET_EXEC
	half(18, 62); // e_machine: EM_X86_64
	word(20, 1); // e_version
	long(24, BASE + start); // e_entry
	long(32, ELF_HEADER); // e_phoff
	half(52, ELF_HEADER); // e_ehsize
	half(54, PROGRAM_HEADER); // e_phentsize
	half(56, 1); // e_phnum

	word(64, 1); // p_type: PT_LOAD
	word(68, 5); // p_flags: PF_R | PF_X
	long(80, BASE); // p_vaddr
	long(88, BASE); // p_paddr
	long(96, file.length); // p_filesz
	long(104, file.length); // p_memsz
	long(112, 0x1000); // p_align

	file.set(code(BASE + textOffset), start);
	file.set(text, textOffset);
	return file;
}
