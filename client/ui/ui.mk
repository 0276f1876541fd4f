# model and widgets
