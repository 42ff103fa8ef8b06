// The data files of the text library, put into the binary as they are.
#include "src/text/embed.inc"

embed stems_tsv, "src/text/models/stems.tsv"
embed pack_en, "src/text/packs/en.phrases"

.section .note.GNU-stack,"",%progbits
