"""`python -m tanyuan` is the same as `tanyuan`."""

from tanyuan.cli import main

if __name__ == "__main__":
    main()
