# fuzz targets of this part
