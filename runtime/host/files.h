/* files.h: the declarations of data sets, parameter files and outputs are public: they stand in nnrt_files.h. */
#include "../nnrt_files.h"
