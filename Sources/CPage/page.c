#include "CPage.h"

// The compiler reads the files (C23's #embed), and reads them again when one has changed. A new file needs its three lines here;
// PageAssetsTests finds one that lacks them.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const attendant_page_file files[] = {
    {"index.html", (const char[]){
#embed "../API/Page/Assets/index.html" suffix(, 0)
    }},
    {"icon.svg", (const char[]){
#embed "../API/Page/Assets/icon.svg" suffix(, 0)
    }},
    {"style-views1.css", (const char[]){
#embed "../API/Page/Assets/style-views1.css" suffix(, 0)
    }},
    {"style-views2.css", (const char[]){
#embed "../API/Page/Assets/style-views2.css" suffix(, 0)
    }},
    {"style.css", (const char[]){
#embed "../API/Page/Assets/style.css" suffix(, 0)
    }},
    {"answers.js", (const char[]){
#embed "../API/Page/Assets/answers.js" suffix(, 0)
    }},
    {"app.js", (const char[]){
#embed "../API/Page/Assets/app.js" suffix(, 0)
    }},
    {"colours.js", (const char[]){
#embed "../API/Page/Assets/colours.js" suffix(, 0)
    }},
    {"composer.js", (const char[]){
#embed "../API/Page/Assets/composer.js" suffix(, 0)
    }},
    {"controls.js", (const char[]){
#embed "../API/Page/Assets/controls.js" suffix(, 0)
    }},
    {"download.js", (const char[]){
#embed "../API/Page/Assets/download.js" suffix(, 0)
    }},
    {"elements.js", (const char[]){
#embed "../API/Page/Assets/elements.js" suffix(, 0)
    }},
    {"lens-keeper.js", (const char[]){
#embed "../API/Page/Assets/lens-keeper.js" suffix(, 0)
    }},
    {"lens.js", (const char[]){
#embed "../API/Page/Assets/lens.js" suffix(, 0)
    }},
    {"panel.js", (const char[]){
#embed "../API/Page/Assets/panel.js" suffix(, 0)
    }},
    {"reference.js", (const char[]){
#embed "../API/Page/Assets/reference.js" suffix(, 0)
    }},
    {"safetensors.js", (const char[]){
#embed "../API/Page/Assets/safetensors.js" suffix(, 0)
    }},
    {"server.js", (const char[]){
#embed "../API/Page/Assets/server.js" suffix(, 0)
    }},
    {"state.js", (const char[]){
#embed "../API/Page/Assets/state.js" suffix(, 0)
    }},
    {"strip.js", (const char[]){
#embed "../API/Page/Assets/strip.js" suffix(, 0)
    }},
    {"surface.js", (const char[]){
#embed "../API/Page/Assets/surface.js" suffix(, 0)
    }},
    {"tasks.js", (const char[]){
#embed "../API/Page/Assets/tasks.js" suffix(, 0)
    }},
    {"views.js", (const char[]){
#embed "../API/Page/Assets/views.js" suffix(, 0)
    }},
    {"whatif.js", (const char[]){
#embed "../API/Page/Assets/whatif.js" suffix(, 0)
    }},
    {"views/compare.js", (const char[]){
#embed "../API/Page/Assets/views/compare.js" suffix(, 0)
    }},
    {"views/comparison.js", (const char[]){
#embed "../API/Page/Assets/views/comparison.js" suffix(, 0)
    }},
    {"views/dot-product.js", (const char[]){
#embed "../API/Page/Assets/views/dot-product.js" suffix(, 0)
    }},
    {"views/explanation.js", (const char[]){
#embed "../API/Page/Assets/views/explanation.js" suffix(, 0)
    }},
    {"views/head-lines.js", (const char[]){
#embed "../API/Page/Assets/views/head-lines.js" suffix(, 0)
    }},
    {"views/head-painting.js", (const char[]){
#embed "../API/Page/Assets/views/head-painting.js" suffix(, 0)
    }},
    {"views/head.js", (const char[]){
#embed "../API/Page/Assets/views/head.js" suffix(, 0)
    }},
    {"views/heat-map.js", (const char[]){
#embed "../API/Page/Assets/views/heat-map.js" suffix(, 0)
    }},
    {"views/label-bars.js", (const char[]){
#embed "../API/Page/Assets/views/label-bars.js" suffix(, 0)
    }},
    {"views/matrix-painting.js", (const char[]){
#embed "../API/Page/Assets/views/matrix-painting.js" suffix(, 0)
    }},
    {"views/matrix.js", (const char[]){
#embed "../API/Page/Assets/views/matrix.js" suffix(, 0)
    }},
    {"views/model.js", (const char[]){
#embed "../API/Page/Assets/views/model.js" suffix(, 0)
    }},
    {"views/neuron.js", (const char[]){
#embed "../API/Page/Assets/views/neuron.js" suffix(, 0)
    }},
    {"views/numbers-table.js", (const char[]){
#embed "../API/Page/Assets/views/numbers-table.js" suffix(, 0)
    }},
    {"views/painted-text.js", (const char[]){
#embed "../API/Page/Assets/views/painted-text.js" suffix(, 0)
    }},
    {"views/parts.js", (const char[]){
#embed "../API/Page/Assets/views/parts.js" suffix(, 0)
    }},
    {"views/pooling.js", (const char[]){
#embed "../API/Page/Assets/views/pooling.js" suffix(, 0)
    }},
    {"views/reading.js", (const char[]){
#embed "../API/Page/Assets/views/reading.js" suffix(, 0)
    }},
    {"views/rollout.js", (const char[]){
#embed "../API/Page/Assets/views/rollout.js" suffix(, 0)
    }},
    {"views/stage.js", (const char[]){
#embed "../API/Page/Assets/views/stage.js" suffix(, 0)
    }},
    {"views/statistics.js", (const char[]){
#embed "../API/Page/Assets/views/statistics.js" suffix(, 0)
    }},
    {"views/viewport.js", (const char[]){
#embed "../API/Page/Assets/views/viewport.js" suffix(, 0)
    }},
};

size_t attendant_page_file_count(void) { return sizeof files / sizeof files[0]; }

attendant_page_file attendant_page_file_at(size_t index) { return files[index]; }
