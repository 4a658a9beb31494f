"""``python -m studio_sync`` is ``studio-sync``."""

from studio_sync.cli import main

if __name__ == "__main__":
    main()
