<?php
/**
 * A file of comma-separated values for the admin to save.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Written as it is made, so that its size is no matter of memory.
 */
final class Download {

	/**
	 * Begins the answer.
	 *
	 * @param string $name The file's name.
	 */
	public static function start( $name ) {
		while ( ob_get_level() && ob_end_clean() ) {
			continue; // What other plugins hold back would be held in memory.
		}
		if ( function_exists( 'set_time_limit' ) ) {
			set_time_limit( 0 ); // phpcs:ignore Squiz.PHP.DiscouragedFunctions.Discouraged -- a file of 100,000 posts takes longer than a page.
		}
		nocache_headers();
		header( 'Content-Type: text/csv; charset=utf-8' );
		header( 'Content-Disposition: attachment; filename="' . sanitize_file_name( $name ) . '"' );
		header( 'X-Content-Type-Options: nosniff' );
	}

	/**
	 * Writes a line of addresses and numbers, each in quotes.
	 *
	 * @param array $fields Links, which have no quotes in them by esc_url_raw(), whole numbers, or words of a heading.
	 */
	public static function line( array $fields ) {
		foreach ( array_values( $fields ) as $position => $field ) {
			echo $position ? ',"' : '"', is_int( $field ) ? absint( $field ) : esc_url_raw( $field ), '"';
		}
		echo "\n";
	}

	/**
	 * Writes the heading.
	 *
	 * @param string[] $names Words.
	 */
	public static function heading( array $names ) {
		echo esc_html( implode( ',', $names ) ), "\n";
	}
}
