// The data files of the text library, put into the binary as they are.
#include "src/text/embed.inc"

embed stems_tsv, "src/text/models/stems.tsv"
embed vectors_i8, "src/text/models/vectors.i8"
embed vectors_features, "src/text/models/vectors_features.txt"
embed customer_linear, "src/text/models/customer.linear"
embed mood_slopes, "src/text/models/mood.slopes"
embed bot_linear, "src/text/models/bot.linear"
embed loops, "src/text/models/loops.trees"
embed pack_en, "src/text/packs/en.phrases"

.section .note.GNU-stack,"",%progbits
