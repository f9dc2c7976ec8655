"""One folder with everything a deployment keeps."""
